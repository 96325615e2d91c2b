// SpiceDB's own test schemas, if they lie beside the checkout.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import t from 'tap'
import { requireAdmitted } from '../../src/language/index.js'
import { printSchema } from '../../src/language/printer.js'
import { parseRelationship, printRelationship } from '../../src/terms/index.js'
import { readValidationFile } from '../validationFile.js'
import { schemaOf } from '../world.js'

const FOLDER = resolve(import.meta.dirname, '../../../../shared/conformance/spicedb')
const skip = existsSync(FOLDER) ? false : 'the upstream worlds are not here'

t.test(
  'every upstream schema compiles, prints, and admits its relationships',
  { skip },
  async t => {
    for (const file of readdirSync(FOLDER)) {
      const world = readValidationFile(readFileSync(join(FOLDER, file), 'utf8'))
      const schema = schemaOf(world.schema)
      const printed = printSchema(schema)
      t.equal(printSchema(schemaOf(printed)), printed, file)
      for (const text of world.relationships) {
        const relationship = parseRelationship(text)
        const what = `${file}: ${printRelationship(relationship)}`
        t.doesNotThrow(() => requireAdmitted(schema, relationship, 'touch'), what)
      }
    }
  },
)
