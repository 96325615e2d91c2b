// The tag and the note that the descriptions of all sharing routes share.

export const TAG = 'sharing'

/** The note in the description of every route that writes. */
export const NOTE =
  'The revision keeps the actor and the text of the header `x-pemba-reason`, which may be ' +
  'percent-encoded.'
