// The error by which a question stops because its snapshot has not loaded rows that it needs. The
// snapshot has recorded which, and the caller asks again once they are loaded. Nothing is wrong
// with the question.

export class Unloaded extends Error {
  override readonly name = 'Unloaded'

  constructor() {
    super('rows that the question needs are not loaded')
  }
}
