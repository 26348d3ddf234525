import { v7 } from 'uuid'
import { databaseTime } from '../database-time.ts'

// How far the clock may be set back (milliseconds) before ids follow it. Up to that, later ids sort later.
const SET_BACK = 1000
const SEQUENCES = 2 ** 31

let last = { msecs: 0, seq: 0 }

/** A new UUIDv7 of the database's time: ranges of ids are ranges of time, whatever this machine's clock says. */
export function newRowId(): string {
  const now = databaseTime().getTime()
  const isLater = now > last.msecs || last.msecs - now > SET_BACK
  last = isLater
    ? { msecs: now, seq: Math.floor(Math.random() * SEQUENCES) }
    : { msecs: last.msecs, seq: last.seq + 1 }
  return v7(last)
}
