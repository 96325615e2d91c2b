// The values of settings, with a reader for each kind of value.

import type { GraphMode } from '../engine/index.js'
import { isStoreName } from '../terms/index.js'
import type { ReadSetting } from './setting.js'

/** The address at which the HTTP server listens. */
export type Address = { readonly host: string; readonly port: number } | { readonly path: string }

/** The graph modes by the names of stores, and the mode of all other stores. */
export interface GraphModes {
  readonly byStore: ReadonlyMap<string, GraphMode>
  readonly others: GraphMode
}

export const GRAPH_MODES: readonly GraphMode[] = ['resident', 'on-demand', 'auto']
export const MIB = 2 ** 20
const POSTGRES = /^postgres(ql)?:\/\/.+$/s
const DURATION_UNITS_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

export function readAddress(text: string): ReadSetting<Address> {
  if (/^unix:.+/.test(text)) return { value: { path: text.slice('unix:'.length) } }
  const parts = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(text)
  if (parts === null || Number(parts[3]) > 65_535) return { expected: '`host:port` or `unix:path`' }
  return { value: { host: parts[1] ?? (parts[2] || '0.0.0.0'), port: Number(parts[3]) } }
}

export const readDatastore = (text: string): ReadSetting<string> =>
  /^embedded:.+$/s.test(text) || POSTGRES.test(text)
    ? { value: text }
    : { expected: '`embedded:<folder>` or `postgres://…`' }

export function readReplicas(text: string): ReadSetting<readonly string[]> {
  const value = text === '' ? [] : text.split(/,(?=\w+:\/\/)/)
  return value.every(url => POSTGRES.test(url))
    ? { value }
    : { expected: '`postgres://…`, or several by commas' }
}

/** Whether the text has a URL with a password before its host or among its options. */
export const holdsPassword = (text: string): boolean =>
  /:\/\/[^/?#@]*:[^@]+@/s.test(text) || /[?&][^=&]*(password|secret)[^=&]*=/i.test(text)

const MEMORY_UNITS: Readonly<Record<string, number>> = { MiB: MIB, GiB: 1024 * MIB }

export function readMemory(text: string): ReadSetting<number> {
  const [, number, unit = 'MiB'] = /^([1-9]\d{0,6})(MiB|GiB)?$/.exec(text) ?? []
  return number === undefined
    ? { expected: 'a size such as `512MiB` or `2GiB`, or a whole number of MiB, up to 9999999' }
    : { value: Number(number) * MEMORY_UNITS[unit] }
}

export function readQuota(text: string): ReadSetting<number | null> {
  if (text === 'none') return { value: null }
  const value = Number(text)
  return /^[1-9]\d{0,15}$/.test(text) && Number.isSafeInteger(value)
    ? { value }
    : { expected: 'a whole number of relationships, from 1, or `none`' }
}

export function readGraphModes(text: string): ReadSetting<GraphModes> {
  const byStore = new Map<string, GraphMode>()
  const others: GraphMode[] = []
  for (const part of text.split(',')) {
    const [, names, word] = /^(?:([^:]+):)?([^:]+)$/.exec(part) ?? []
    const mode = GRAPH_MODES.find(each => each === word)
    if (mode === undefined) return { expected: `one of ${GRAPH_MODES.join(', ')}` }
    if (names === undefined) others.push(mode)
    for (const name of names?.split('+') ?? []) {
      if (!isStoreName(name)) return { expected: 'names of stores before a mode: `acme:auto`' }
      if (byStore.has(name)) return { expected: 'each store once' }
      byStore.set(name, mode)
    }
  }
  if (others.length !== 1) return { expected: 'one mode of all other stores: `auto,acme:resident`' }
  return { value: { byStore, others: others[0] } }
}

export function readDuration(text: string): ReadSetting<number> {
  const parts = /^(\d{1,6})([smhd])$/.exec(text)
  if (parts === null) return { expected: 'a duration such as `90m`, `24h` or `30d`' }
  return { value: Number(parts[1]) * DURATION_UNITS_MS[parts[2]] }
}

/** The path, or null for an empty text. */
export const readPath = (text: string): ReadSetting<string | null> => ({
  value: text === '' ? null : text,
})

export function readMode(text: string): ReadSetting<number> {
  return /^0?[0-7]{3}$/.test(text)
    ? { value: Number.parseInt(text, 8) }
    : { expected: 'a mode of three octal digits, such as `0600` or `660`' }
}
