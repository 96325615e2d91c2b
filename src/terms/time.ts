// Times that RFC 3339 can express, and with it protobuf: their years have four digits.

/** 0001-01-01T00:00:00Z and 9999-12-31T23:59:59.999Z, ms since 1970. */
const FIRST = -62_135_596_800_000
const LAST = 253_402_300_799_999

/** Whether the time, ms since 1970, is within the years 1 to 9999 in UTC; NaN is not. */
export const isTellable = (time: number): boolean => time >= FIRST && time <= LAST

/** The time, or the nearest one that can be expressed. */
export const toTellable = (time: number): number => Math.min(Math.max(time, FIRST), LAST)
