// What a question says by throwing when it cannot go on with what its snapshot holds: that it is to be
// asked again once the snapshot has loaded what it noted. Nothing is wrong with the question.

export class Unloaded extends Error {
  override readonly name = 'Unloaded'

  constructor() {
    super('rows that the question needs are not loaded')
  }
}
