// The declaration of a setting, and the reader of a table of settings. A flag takes precedence over
// its environment variable, and the variable over the default. Some values can also come from a
// file, whose path is given instead.

import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

/** The value of a text, or a description of valid texts. */
export type ReadSetting<T> = { readonly value: T } | { readonly expected: string }

/** The declaration of a setting. */
interface Setting<T> {
  readonly flag: string
  readonly variable: string
  /** The form of a value, for people. */
  readonly form: string
  readonly fallback: string
  readonly sentence: string
  /**
   * Whether a value may contain a secret; then it is never printed. The function decides for values
   * that only sometimes contain one, such as URLs.
   */
  readonly secret: boolean | ((text: string) => boolean)
  /** Whether the value may be in a file that `--<flag>-file` or `<variable>_FILE` names. */
  readonly file?: boolean
  readonly read: (text: string) => ReadSetting<T>
}

type Settings = Readonly<Record<string, Setting<unknown>>>
export type Values<S> = { readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never }

/** An entry of a table, with the type of its values. */
export const setting = <T>(entry: Setting<T>): Setting<T> => entry

/** Unusable settings, each with its source and a description of valid values. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/** The sources of settings. */
interface SettingSources {
  readonly args: readonly string[]
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Whether flags may contain secrets, which every user of the machine can then read. */
  readonly flagsMayBeSecret: boolean
}

/** An unread value, with the name of the flag, variable or file that supplied it. */
interface Supplied {
  readonly source: string
  readonly text: string
}

/** Reads all settings of a table. @throws ConfigError that lists every wrong setting */
export function readSettings<S extends Settings>(settings: S, sources: SettingSources): Values<S> {
  const flags = readFlags(settings, sources.args)
  const faults: string[] = []
  const values: Record<string, unknown> = {}
  for (const [name, entry] of Object.entries(settings)) {
    try {
      const { source, text } = find(entry, flags, sources)
      const result = entry.read(text)
      if ('value' in result) values[name] = result.value
      else faults.push(`${source}: ${found(entry, text)}expected ${result.expected}`)
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      faults.push(error.message)
    }
  }
  if (faults.length > 0) throw new ConfigError(faults.join('\n'))
  return values as Values<S>
}

const found = ({ secret }: Setting<unknown>, text: string): string =>
  secret === false ? `found \`${text}\`, ` : ''

type Flags = Readonly<Record<string, string | undefined>>

function readFlags(settings: Settings, args: readonly string[]): Flags {
  const names = Object.values(settings).flatMap(({ flag, file }) =>
    file === true ? [flag, fileFlag(flag)] : [flag],
  )
  const options = Object.fromEntries(names.map(name => [name, { type: 'string' } as const]))
  try {
    return parseArgs({ args: [...args], options, strict: true }).values as Flags
  } catch (error) {
    throw new ConfigError((error as Error).message)
  }
}

const fileFlag = (flag: string): string => `${flag}-file`
const fileVariable = (variable: string): string => `${variable}_FILE`

/** @throws ConfigError for a value and a file at once, a secret in a flag, an unreadable file */
function find(entry: Setting<unknown>, flags: Flags, sources: SettingSources): Supplied {
  const { flag, variable, fallback } = entry
  const { environment, flagsMayBeSecret } = sources
  const byFlag = pick(entry, `--${flag}`, flags[flag], {
    source: `--${fileFlag(flag)}`,
    path: flags[fileFlag(flag)],
  })
  if (byFlag !== null) {
    if (flags[flag] !== undefined && !flagsMayBeSecret) refuseSecret(entry, byFlag.text)
    return byFlag
  }
  const byVariable = pick(entry, variable, environment[variable], {
    source: fileVariable(variable),
    path: environment[fileVariable(variable)],
  })
  return byVariable ?? { source: variable, text: fallback }
}

/** The value itself or the content of the file, whichever is set. Null when neither is. */
function pick(
  { file }: Setting<unknown>,
  source: string,
  text: string | undefined,
  other: { readonly source: string; readonly path: string | undefined },
): Supplied | null {
  if (file !== true || other.path === undefined) return text === undefined ? null : { source, text }
  if (text !== undefined)
    throw new ConfigError(`${source}: expected it or ${other.source}, not both`)
  try {
    return { source: other.source, text: readFileSync(other.path, 'utf8').trim() }
  } catch (error) {
    throw new ConfigError(`${other.source}: expected a file: ${(error as Error).message}`)
  }
}

function refuseSecret({ flag, variable, secret, file }: Setting<unknown>, text: string): void {
  const isSecret = typeof secret === 'function' ? secret(text) : secret
  if (!isSecret || text === '') return
  const other = file === true ? `${fileVariable(variable)} or --${fileFlag(flag)}` : '--keys-file'
  throw new ConfigError(
    `--${flag}: expected no secret in a flag, which every user of the machine can read: use ` +
      `${variable}, ${other}`,
  )
}

/** The settings as lines for `--help` and for the README. */
export function describe(settings: Settings): string {
  return Object.values(settings)
    .map(({ flag, variable, form, fallback, sentence, file }) => {
      const shown = fallback === '' ? '' : ` [${fallback}]`
      const inFile =
        file === true ? ` In a file: --${fileFlag(flag)}, ${fileVariable(variable)}.` : ''
      return `  --${flag} <${form}>${shown}\n      ${variable}: ${sentence}${inFile}`
    })
    .join('\n')
}
