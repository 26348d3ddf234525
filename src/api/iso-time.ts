const DAY = 24 * 60 * 60 * 1000

const padded = (length: number, digits: number): string[] =>
  Array.from({ length }, (_, number) => String(number).padStart(digits, '0'))
const TWO_DIGITS = padded(60, 2)
const THREE_DIGITS = padded(1000, 3)

let lastDay = Number.NaN
let lastDate = ''

/**
 * What `toISOString` gives, in a fifth of its time: of a list that takes longer than all the rest of an answer. Times
 * of one list are mostly of one day, and the day is what is dear.
 *
 * @throws RangeError when it is no time, as `toISOString` does.
 */
export function isoTime(time: Date): string {
  const milliseconds = time.getTime()
  const day = Math.floor(milliseconds / DAY)
  if (day !== lastDay) {
    lastDate = time.toISOString().slice(0, -'00:00:00.000Z'.length)
    lastDay = day
  }
  const ofDay = milliseconds - day * DAY
  const seconds = Math.floor(ofDay / 1000)
  const minutes = Math.floor(seconds / 60)
  const clock = `${TWO_DIGITS[Math.floor(minutes / 60)]}:${TWO_DIGITS[minutes % 60]}:${TWO_DIGITS[seconds % 60]}`
  return `${lastDate}${clock}.${THREE_DIGITS[ofDay % 1000]}Z`
}
