// What the descriptions of the routes of sharing have in common.

export const TAG = 'sharing'

/** For the description of every route that writes. */
export const NOTE =
  'The actor is kept with the revision, as is what the header `x-pemba-reason`, percent-encoded, says.'
