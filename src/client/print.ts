// A request as JSON. What JSON cannot carry is thrown here, before it is sent: `JSON.stringify` would
// make `null` of a number that is not finite, and the service refuses text that is not Unicode.

/** @throws TypeError that tells where the value is which cannot be sent */
export function printBody(body: object): string {
  requireSendable(body)
  return JSON.stringify(body)
}

/** Under the flag `u`, two surrogates that belong together are one character. */
const LONE_SURROGATE = /\p{Cs}/u

/** @throws TypeError as above; a query string would have U+FFFD for what is no Unicode */
export function requireSendable(value: unknown, place = ''): void {
  if (typeof value === 'string') requireText(value, place)
  else if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw unsendable(place, `the number ${value}`)
  } else if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      requireSendable(value[index], `${place}[${index}]`)
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, part] of Object.entries(value)) {
      requireText(key, place)
      requireSendable(part, place === '' ? key : `${place}.${key}`)
    }
  }
}

function requireText(text: string, place: string): void {
  if (LONE_SURROGATE.test(text)) throw unsendable(place, 'text with a lone surrogate')
}

const unsendable = (place: string, what: string): TypeError =>
  new TypeError(`${what} cannot be sent: \`${place}\``)
