// A reader for SpiceDB's validation files: a schema, relationships with one on each line, and
// assertions such as `document:first#view@user:tom with {"somevalue": 42}`.

import { parse } from 'yaml'
import type { CheckItem, JsonObject } from '../src/terms/index.js'
import { toItem } from './world.js'

export interface Assertion {
  readonly kind: 'assertTrue' | 'assertCaveated' | 'assertFalse'
  /** The assertion's text in the file. */
  readonly text: string
  readonly item: CheckItem
}

export interface ValidationFile {
  readonly schema: string
  readonly relationships: readonly string[]
  readonly assertions: readonly Assertion[]
}

interface Document {
  readonly schema?: string
  /** The path of a schema file, from the folder of the validation file, in place of the schema. */
  readonly schemaFile?: string
  readonly relationships?: string
  readonly assertions?: { readonly [Kind in Assertion['kind']]?: readonly string[] | null } | null
}

const KINDS = ['assertTrue', 'assertCaveated', 'assertFalse'] as const

/**
 * Parses a validation file. Comments and blank lines among the relationships are ignored.
 * @param read the text of a file that the text names
 */
export function readValidationFile(
  text: string,
  read: (path: string) => string = path => {
    throw new Error(`nothing is known of ${path}`)
  },
): ValidationFile {
  const { schema, schemaFile, relationships, assertions } = parse(text) as Document
  return {
    schema: schema ?? read(schemaFile ?? ''),
    relationships: (relationships ?? '')
      .split('\n')
      .map(line => line.trim())
      .filter(line => line !== '' && !line.startsWith('//')),
    assertions: KINDS.flatMap(kind =>
      (assertions?.[kind] ?? []).map(each => ({ kind, text: each, item: toAssertedItem(each) })),
    ),
  }
}

function toAssertedItem(text: string): CheckItem {
  const [question, context] = text.split(' with ', 2)
  return toItem(question.trim(), context === undefined ? {} : (JSON.parse(context) as JsonObject))
}
