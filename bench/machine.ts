// A description of the machine, for the beginning of every report.

import { cpus, totalmem } from 'node:os'

export function describeMachine(): string {
  const [{ model }] = cpus()
  const memory = Math.round(totalmem() / 2 ** 30)
  return `${model.trim()}, ${cpus().length} cores, ${memory} GiB, Node ${process.version}`
}
