// The nodes of docker/compose.yaml with their environments, in which variables are filled in as
// Docker does, so that the tests run what that file says.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

export const COMPOSE_FILE = join(import.meta.dirname, '../../../docker/compose.yaml')

export interface ComposedNode {
  readonly name: string
  readonly environment: Readonly<Record<string, string>>
}

interface Compose {
  readonly services: Readonly<
    Record<string, { readonly environment?: Readonly<Record<string, string>> }>
  >
}

/** A variable: `${NAME}` or `${NAME:?message}`. */
const VARIABLE = /\$\{(\w+)(?::\?[^}]*)?\}/g

/** @throws Error for a variable without a value */
export function readNodes(variables: Readonly<Record<string, string>>): readonly ComposedNode[] {
  const { services } = parse(readFileSync(COMPOSE_FILE, 'utf8'), { merge: true }) as Compose
  return Object.entries(services)
    .filter(([name]) => name.startsWith('node-'))
    .map(([name, { environment = {} }]) => ({
      name,
      environment: Object.fromEntries(
        Object.entries(environment).map(([key, text]) => [key, fill(text, variables)]),
      ),
    }))
}

const fill = (text: string, variables: Readonly<Record<string, string>>): string =>
  text.replace(VARIABLE, (_, name: string) => {
    const value = variables[name]
    if (value === undefined) throw new Error(`docker/compose.yaml: nothing sets ${name}`)
    return value
  })
