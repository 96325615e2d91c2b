// Floor 1: what travels. The language in which a message is declared, and the messages that server
// and client share. Knows terms only, and runs in a browser.

export * from './field.js'
export * from './message.js'
export * from './spicedb/shared.js'
