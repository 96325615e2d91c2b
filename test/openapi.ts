// Generated requests from an OpenAPI document: bodies that match its schemas, bodies with one
// error, and bodies that are not messages at all. The schemas do not say what a property means, so
// its value is chosen by its name from the words of a small world.

import fc from 'fast-check'

export type Json = null | boolean | number | string | readonly Json[] | JsonObject
interface JsonObject {
  readonly [key: string]: Json
}

export interface Schema {
  readonly $ref?: string
  readonly anyOf?: readonly Schema[]
  readonly type?: string | readonly string[]
  readonly enum?: readonly string[]
  readonly format?: string
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
}

interface Content {
  readonly schema: Schema
  readonly example?: Json
}

interface Parameter {
  readonly name: string
  readonly in: string
  readonly required: boolean
  readonly schema: Schema
  readonly example?: Json
}

interface Operation {
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Readonly<Record<string, Content>> }
}

export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

export interface Route {
  readonly path: string
  readonly method: string
  readonly body: Content | null
  /** The parameters of its query string. */
  readonly parameters: readonly Parameter[]
}

export const routesOf = ({ paths }: Document): readonly Route[] =>
  Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { requestBody, parameters = [] }]) => ({
      path,
      method: method.toUpperCase(),
      body: requestBody?.content['application/json'] ?? null,
      parameters: parameters.filter(each => each.in === 'query'),
    })),
  )

/** The values by the name of the property. The first pattern that matches counts. */
export type Words = readonly (readonly [name: RegExp, values: fc.Arbitrary<Json>])[]

/** The depth below which values are left out or empty, because messages may contain themselves. */
const DEPTH_MAX = 7

/** Bodies that match the schema, and the document's own example. */
export function valid(document: Document, { schema, example }: Content, words: Words) {
  const made = fromSchema(document, schema, words)
  return example === undefined ? made : fc.oneof(made, fc.constant(example))
}

/** @param called the property's name, if it is one */
export function fromSchema(
  { components }: Document,
  schema: Schema,
  words: Words,
  called = '',
): fc.Arbitrary<Json> {
  const make = (node: Schema, name: string, depth: number): fc.Arbitrary<Json> => {
    const known = words.find(([named]) => named.test(name))
    if (known !== undefined && node.type !== 'array') return known[1]
    if (node.$ref !== undefined) {
      return make(components.schemas[node.$ref.split('/').at(-1) ?? ''], name, depth)
    }
    if (node.anyOf !== undefined) {
      return fc.oneof(...node.anyOf.map(each => make(each, name, depth)))
    }
    if (node.enum !== undefined) return fc.constantFrom(...node.enum)
    const [type = 'object', orNull] = [node.type ?? []].flat()
    const value = toValue(type, node, name, depth)
    return orNull === 'null' ? fc.option(value, { freq: 3 }) : value
  }
  const toValue = (type: string, node: Schema, name: string, depth: number) => {
    switch (type) {
      case 'null':
        return fc.constant(null)
      case 'boolean':
        return fc.boolean()
      case 'integer':
        return fc.oneof(
          { weight: 4, arbitrary: fc.integer({ min: node.minimum ?? 0, max: 5 }) },
          {
            weight: 1,
            arbitrary: fc.constantFrom(node.minimum ?? 0, node.maximum ?? 0, 1000, 1001),
          },
        )
      case 'string':
        return toText(node)
      case 'array':
        return depth > DEPTH_MAX
          ? fc.constant([])
          : fc.array(make(node.items ?? {}, name, depth + 1), { maxLength: 3 })
      default:
        return toObject(node, depth)
    }
  }
  const toText = ({ format, pattern }: Schema): fc.Arbitrary<string> => {
    if (format === 'date-time')
      return fc.constantFrom('2030-01-01T00:00:00Z', '1999-12-31T23:59:59.999Z')
    if (pattern === '^[0-9]+$') return fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String)
    return fc.string({ maxLength: 8 })
  }
  const toObject = ({ properties, required = [] }: Schema, depth: number): fc.Arbitrary<Json> => {
    if (properties === undefined)
      return fc.dictionary(
        fc.string({ maxLength: 4 }),
        fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>,
        { maxKeys: 3 },
      )
    const fields = Object.entries(properties).flatMap(([name, property]) => {
      const isRequired = required.includes(name)
      if (depth > DEPTH_MAX && !isRequired) return []
      const value = make(property, name, depth + 1)
      return [[name, isRequired ? value : fc.option(value, { nil: undefined, freq: 5 })] as const]
    })
    // JSON leaves undefined properties out.
    return fc.record(Object.fromEntries(fields)) as fc.Arbitrary<Json>
  }
  return make(schema, called, 0)
}

/** The text of the body with one value that does not match the schema. */
export const almostValid = (bodies: fc.Arbitrary<Json>): fc.Arbitrary<string> =>
  fc
    .tuple(
      bodies,
      fc.nat(),
      fc.oneof(
        wrong.map(value => ({ value })),
        fc.constant(null),
      ),
    )
    .map(([body, at, change]) => {
      const places = [...placesOf(body)]
      const place = places[at % places.length]
      return print(change === null ? without(body, place) : replaced(body, place, change.value))
    })

/** The placeholder for text that is put into the body as it is. */
class Raw {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  toJSON(): string {
    return `raw:${Buffer.from(this.text).toString('base64')}:`
  }
}

const print = (body: unknown): string =>
  JSON.stringify(body).replaceAll(/"raw:([^:]*):"/g, (_, text: string) =>
    Buffer.from(text, 'base64').toString(),
  )

const DEEP = 5000
const wrong: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    1.5,
    2 ** 32,
    '',
    ' ',
    '*',
    '\0',
    [],
    {},
    [[]],
    [null],
  ),
  fc.constantFrom('OPERATION_NONSENSE', '__proto__', 'constructor', 'NaN', '-0', '0x10', '٣'),
  fc.constantFrom('a'.repeat(70_000), 'é'.repeat(1025), 'x#y@z', 'a b', '\u202e', '\ud800'),
  fc.constantFrom(...[1001, 10_001].map(length => Array<unknown>(length).fill({}))),
  fc.constantFrom(
    new Raw(`${'['.repeat(DEEP)}${']'.repeat(DEEP)}`),
    new Raw(`${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)}`),
    new Raw('1e999'),
    new Raw('-1e-999'),
    new Raw('18446744073709551616'),
    new Raw('{"__proto__":{"polluted":true}}'),
    new Raw('{"constructor":{"prototype":{"polluted":true}}}'),
    new Raw('{"toString":1,"valueOf":1,"hasOwnProperty":1,"then":1,"length":-1}'),
    new Raw('{"a":1,"a":2}'),
    new Raw('"\\ud800"'),
    new Raw('"\t"'),
    new Raw('undefined'),
  ),
  fc.jsonValue(),
)

type Place = readonly (string | number)[]

/** Every value in the body, itself included. */
function* placesOf(node: Json, place: Place = []): Generator<Place> {
  yield place
  if (typeof node !== 'object' || node === null) return
  const entries = Array.isArray(node) ? node.entries() : Object.entries(node)
  for (const [key, part] of entries) yield* placesOf(part as Json, [...place, key])
}

function replaced(node: Json, place: Place, value: unknown): unknown {
  if (place.length === 0) return value
  const [key, ...rest] = place
  if (Array.isArray(node)) {
    return node.map((part: Json, index) => (index === key ? replaced(part, rest, value) : part))
  }
  const object = node as JsonObject
  return { ...object, [key]: replaced(object[key], rest, value) }
}

function without(node: Json, place: Place): unknown {
  const key = place.at(-1)
  if (key === undefined) return {}
  const parent = place.slice(0, -1).reduce((part, name) => (part as JsonObject)[name], node)
  const rest = Array.isArray(parent)
    ? parent.filter((_, index) => index !== key)
    : Object.fromEntries(Object.entries(parent as JsonObject).filter(([name]) => name !== key))
  return replaced(node, place.slice(0, -1), rest)
}

/** Bodies that are not messages: cut off, joined, in other encodings, or meaningless. */
export const hostile = (bodies: fc.Arbitrary<Json>): fc.Arbitrary<string | Uint8Array> => {
  const texts = bodies.map(body => JSON.stringify(body))
  return fc.oneof(
    fc.tuple(texts, fc.nat()).map(([text, at]) => text.slice(0, at % text.length)),
    fc.array(texts, { minLength: 2, maxLength: 4 }).map(parts => parts.join('')),
    fc.array(texts, { minLength: 2, maxLength: 3 }).map(parts => parts.join('\n')),
    texts.map(text => Buffer.from(text, 'utf16le')),
    texts.map(text => Buffer.from(`\ufeff${text}`)),
    fc.tuple(texts, fc.nat()).map(([text, at]) => {
      const bytes = Buffer.from(text)
      bytes[at % bytes.length] = 0xff
      return bytes
    }),
    texts.map(text => text.replaceAll('"', "'")),
    texts.map(text => `${text.slice(0, -1)},}`),
    texts.map(text => `${text}garbage`),
    fc.constantFrom(
      '{',
      '[]',
      '""',
      '0',
      'null',
      'true',
      '[[[[',
      '{"a"}',
      '\0',
      ' ',
      '// x',
      '<a/>',
    ),
    fc.constantFrom('a=b&c=d', '--x\r\ncontent-disposition: form-data; name="a"\r\n\r\n1\r\n--x--'),
    fc.string({ unit: 'binary' }),
    fc.uint8Array({ maxLength: 64 }),
    fc.json(),
  )
}
