// The printing of requests as JSON. Values that JSON cannot express throw here, before anything is
// sent: `JSON.stringify` would turn an infinite number into `null`, and the service refuses text
// that is not valid Unicode.

/** @throws TypeError with the path of a value that cannot be sent */
export function printBody(body: object): string {
  requireSendable(body)
  return JSON.stringify(body)
}

/** Lone surrogates only, since the flag `u` makes a pair one character. */
const LONE_SURROGATE = /\p{Cs}/u

/**
 * Checks that JSON or a query string can express the value.
 * @throws TypeError with the path of a value that cannot be sent
 */
export function requireSendable(value: unknown, path = ''): void {
  if (typeof value === 'string') requireText(value, path)
  else if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw unsendable(path, `the number ${value}`)
  } else if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      requireSendable(value[index], `${path}[${index}]`)
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, part] of Object.entries(value)) {
      requireText(key, path)
      requireSendable(part, path === '' ? key : `${path}.${key}`)
    }
  }
}

function requireText(text: string, path: string): void {
  if (LONE_SURROGATE.test(text)) throw unsendable(path, 'text with a lone surrogate')
}

const unsendable = (path: string, what: string): TypeError =>
  new TypeError(`${what} cannot be sent: \`${path}\``)
