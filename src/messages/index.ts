// Floor 1: what travels. The language in which a message is declared, and the messages that server
// and client share. Knows terms only, and runs in a browser.

export * from './field.js'
export * from './lines.js'
export * from './message.js'
export * from './sharing/refusals.js'
export * from './spicedb/refusals.js'
export * from './spicedb/shared.js'
export * from './spicedb/terms.js'
export * from './status.js'
