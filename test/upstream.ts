// The upstream test worlds, with the answers of a real SpiceDB about them. They are found beside
// the checkout. Without them, the tests that need them are skipped.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { readValidationFile, type ValidationFile } from './validationFile.js'

const FOLDER = resolve(import.meta.dirname, '../../../shared/conformance')

/** The reason why the tests are skipped, or false. */
export const skip = existsSync(FOLDER) ? false : 'the upstream worlds are not beside the checkout'

type Kind = 'check' | 'resources' | 'subjects'
type Recorded = Readonly<Record<string, string>>

export interface UpstreamWorld {
  readonly name: string
  readonly file: ValidationFile
  /** The fields of the question, and SpiceDB's answer. */
  readonly recorded: (kind: Kind) => readonly (readonly [question: string, answer: string])[]
}

export function upstreamWorlds(): readonly UpstreamWorld[] {
  const text = readFileSync(join(FOLDER, 'spicedb-answers.json'), 'utf8')
  const answers = JSON.parse(text) as Readonly<Record<string, Recorded>>
  return readdirSync(join(FOLDER, 'spicedb')).map(name => ({
    name,
    file: readValidationFile(readFileSync(join(FOLDER, 'spicedb', name), 'utf8')),
    recorded: kind =>
      Object.entries(answers[name]).flatMap(([question, answer]) =>
        question.startsWith(`${kind} `) ? [[question.slice(kind.length + 1), answer] as const] : [],
      ),
  }))
}
