// Subjects by what names them. No question tells two subjects apart that the very same rows name
// without condition: they are of one class, and the verdict of one is the verdict of all. A subject
// moves from class to class as row after row names it, and all that the same row names in the same
// class move together. Memory: a number for each subject, and some for each class.

import type { ObjectId } from './snapshot.js'

/** Beyond these, subjects stand alone: each of a class that is never asked for. */
const CLASSES_MAX = 100_000
/** More than there are steps in any walk; a class and a step together are still one exact number. */
const STEPS_MAX = 2 ** 36

export class SubjectClasses {
  /** The class of each subject; of one that stands alone, its marks below zero. */
  readonly #places = new Map<ObjectId, number>()
  /** By class; the first is that of whoever has not been met. */
  readonly #marks = [0]
  /** From a class, by a step, to a class. */
  readonly #moves = new Map<number, number>()

  /** Those met, each once, in no order. */
  get objects(): Iterable<ObjectId> {
    return this.#places.keys()
  }

  /** All marks that the subject has been met with; 0 if it has not been met. */
  marksOf(subject: ObjectId): number {
    const place = this.#placeOf(subject)
    return place < 0 ? -place : this.#marks[place]
  }

  /** A number that only subjects share that cannot be told apart, or null if it stands alone. */
  classOf(subject: ObjectId): number | null {
    const place = this.#placeOf(subject)
    return place < 0 ? null : place
  }

  /** @param step the same number, and the same marks, for all that are met in the same row */
  meet(subject: ObjectId, marks: number, step: number): void {
    const place = this.#placeOf(subject)
    if (place < 0) this.meetAlone(subject, marks)
    else this.#places.set(subject, this.#move(place, marks, step))
  }

  /** In a way that is nobody else's: on a condition, or as what it is itself. */
  meetAlone(subject: ObjectId, marks: number): void {
    this.#places.set(subject, -(this.marksOf(subject) | marks))
  }

  #placeOf(subject: ObjectId): number {
    return this.#places.get(subject) ?? 0
  }

  #move(from: number, marks: number, step: number): number {
    const move = from * STEPS_MAX + step
    const known = this.#moves.get(move)
    if (known !== undefined) return known
    const reached = this.#marks[from] | marks
    if (this.#marks.length > CLASSES_MAX) return -reached
    this.#moves.set(move, this.#marks.length)
    return this.#marks.push(reached) - 1
  }
}
