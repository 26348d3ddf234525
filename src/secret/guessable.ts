import { readsAsWords } from './words.ts'

const FEW_CHARACTERS = 8
/** Phone numbers and dates with a time have no more digits. */
const FEW_DIGITS = 12
const FEW_DIFFERENT = 3
/** Characters in the order of the keyboard and of the alphabet. */
const rows = ['abcdefghijklmnopqrstuvwxyz', '01234567890', 'qwertyuiop', 'qwertzuiop', 'asdfghjkl', 'zxcvbnm']
const LONGEST_ROW = 26
/** `Summer2026!`: a word, a short number, and up to two signs. */
const WORD_AND_NUMBER = /^([A-Za-z]{1,11})\d{0,4}[^A-Za-z\d]{0,2}$/

/** The warning before such a value is saved, in one sentence. */
export const GUESSABLE_WARNING =
  'So simple a value can be guessed, so everything that a run with it shows is hidden as a whole.'

/**
 * Whether a value has so few bits that a person who sees where it was masked can guess it. This holds for a value
 * that
 *
 * - has fewer than 8 characters,
 * - has up to 12 digits and otherwise only signs (a PIN, a date, a phone number),
 * - has at most three different characters,
 * - follows a row of the keyboard or the alphabet, or
 * - is one word with a short number and up to two signs.
 *
 * A long value of few bits in another shape is not recognised.
 *
 * @param value as it is stored; surrounding white space does not count.
 */
export function isGuessable(value: string): boolean {
  const text = value.trim()
  const characters = [...text]
  if (characters.length < FEW_CHARACTERS || new Set(characters).size <= FEW_DIFFERENT) return true
  const digits = text.replaceAll(/[\s\p{P}\p{S}]/gu, '')
  if (digits.length <= FEW_DIGITS && /^\d*$/.test(digits)) return true
  if (isRow(text.toLowerCase())) return true
  const [, word] = WORD_AND_NUMBER.exec(text) ?? []
  return word !== undefined && text.length <= FEW_DIGITS && readsAsWords(word.toLowerCase())
}

/**
 * Consists of pieces of such rows with four characters or more, forwards or backwards: `qwerty123456`, `87654321`.
 */
function isRow(text: string): boolean {
  for (let at = 0; at < text.length; ) {
    let length = Math.min(text.length - at, LONGEST_ROW)
    while (length >= 4 && !isPiece(text.slice(at, at + length))) length--
    if (length < 4) return false
    at += length
  }
  return true
}

function isPiece(text: string): boolean {
  const backwards = [...text].reverse().join('')
  return rows.some((it) => it.includes(text) || it.includes(backwards))
}
