// A process works with one database, so there is one measurement.
let measured: { time: number; at: number } | undefined

/**
 * The time by the database's clock, as last measured. Whatever is stored, and whatever decides about stored data, takes
 * this time: the clocks of machines differ, and one that is days ahead would delete what is not old. Before the first
 * measurement it is this machine's time.
 *
 * From the measurement on time passes by a clock that nobody sets, so a step of this machine's clock changes nothing.
 */
export function databaseTime(): Date {
  return new Date(measured ? measured.time + performance.now() - measured.at : Date.now())
}

// A measurement that is off by more (milliseconds) does not replace another one.
const EXACT = 1000

/**
 * Stores a measurement.
 *
 * @param time of the database, in milliseconds since 1970.
 * @param at when that was, by `performance.now()`.
 * @param doubt how far the time may be off, in milliseconds.
 */
export function setDatabaseTime(time: number, at: number, doubt: number): void {
  if (!measured || doubt <= EXACT) measured = { time, at }
}
