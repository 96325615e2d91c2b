// Classes of subjects by the rows that name them. No question can distinguish two subjects that
// exactly the same rows name without condition, so they form one class, and the verdict of one is
// the verdict of all. A subject moves from class to class as row after row names it, and all
// subjects of one class that a row names move together. Memory: a number for each subject and a few
// for each class.

import type { ObjectId } from './snapshot.js'

/** The greatest number of classes. Subjects that would need more stand alone. */
const CLASSES_MAX = 100_000
/** More than the steps of any walk. A class and a step still fit into one exact number. */
const STEPS_MAX = 2 ** 36

export class SubjectClasses {
  /**
   * The class of each subject. A negative number holds the flags of a subject that stands alone.
   */
  readonly #entries = new Map<ObjectId, number>()
  /** The flags of each class. Class 0 is that of subjects that have not been added. */
  readonly #flags = [0]
  /** The class that a step leads to, by class and step. */
  readonly #moves = new Map<number, number>()

  /** The subjects, each once, in no order. */
  get objects(): Iterable<ObjectId> {
    return this.#entries.keys()
  }

  /** All flags that the subject was added with; 0 if it was not added. */
  flagsOf(subject: ObjectId): number {
    const entry = this.#entryOf(subject)
    return entry < 0 ? -entry : this.#flags[entry]
  }

  /** The class of the subject, or null if it stands alone. */
  classOf(subject: ObjectId): number | null {
    const entry = this.#entryOf(subject)
    return entry < 0 ? null : entry
  }

  /**
   * Adds a subject that a row names without condition.
   * @param step a number that is the same, and comes with the same flags, for all subjects of the
   * row
   */
  add(subject: ObjectId, flags: number, step: number): void {
    const entry = this.#entryOf(subject)
    if (entry < 0) this.addAlone(subject, flags)
    else this.#entries.set(subject, this.#move(entry, flags, step))
  }

  /**
   * Adds a subject for a reason that is its own: on a condition, or because it is the object
   * itself.
   */
  addAlone(subject: ObjectId, flags: number): void {
    this.#entries.set(subject, -(this.flagsOf(subject) | flags))
  }

  #entryOf(subject: ObjectId): number {
    return this.#entries.get(subject) ?? 0
  }

  #move(from: number, flags: number, step: number): number {
    const move = from * STEPS_MAX + step
    const known = this.#moves.get(move)
    if (known !== undefined) return known
    const reached = this.#flags[from] | flags
    if (this.#flags.length > CLASSES_MAX) return -reached
    this.#moves.set(move, this.#flags.length)
    return this.#flags.push(reached) - 1
  }
}
