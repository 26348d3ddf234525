import { type KnownOption, longOption, shortOption } from './known-options.ts'
import { refusal } from './refusal.ts'

/** An option with its value; a URL is the option `url`. */
export interface Argument {
  /** The long name, without dashes. */
  readonly name: string
  /** The option as it was written, for messages: `-H`, `--header`. */
  readonly written: string
  /** Empty for a switch. */
  readonly value: string
  /** Why it is left out; absent when the fields can express it. */
  readonly reason?: string | undefined
}

/**
 * Reads the words after `curl`: long and short options, several short ones in one word (`-sSLX POST`), and a value
 * in the same word (`-XPOST`, `--request=POST`) or in the next.
 *
 * @throws AppError INVALID_FIELD for an option that curl does not have, since it is unknown whether it takes a
 * value
 */
export function readArguments(words: readonly string[]): Argument[] {
  const list: Argument[] = []
  let onlyUrls = false
  for (let at = 0; at < words.length; at++) {
    const word = straight(words[at] ?? '')
    if (onlyUrls || !word.startsWith('-')) list.push({ name: 'url', written: '--url', value: word })
    else if (word === '--') onlyUrls = true
    else {
      const { options, lacksValue } = word.startsWith('--') ? long(word, at) : short(word, at)
      if (lacksValue) at++
      const next = words[at]
      if (next === undefined) {
        throw refusal(`option ${options.at(-1)?.written} at its end has no value. Paste the whole command.`)
      }
      list.push(
        ...options.map((it, index) =>
          lacksValue && index === options.length - 1 ? { ...it, value: next } : it,
        ),
      )
    }
  }
  return list
}

/** Word processors make dashes of what was `-` or `--`. */
function straight(word: string): string {
  const [, dash, rest = ''] = /^([–—]|-–)([A-Za-z#][\s\S]*)$/.exec(word) ?? []
  if (dash === undefined) return word
  return `${/^[A-Za-z#](?![A-Za-z-])/.test(rest) ? '-' : '--'}${rest}`
}

interface Reading {
  readonly options: readonly Argument[]
  /** Whether the value of the last one is the next word. */
  readonly lacksValue: boolean
}

function long(word: string, at: number): Reading {
  const [name = ''] = word.slice(2).split('=', 1)
  const option = longOption(name)
  const hasValue = word.length > name.length + 2
  if (option === undefined || (hasValue && !option.takesValue))
    throw unknown(/^[a-z0-9.-]{1,30}$/.test(name) ? `--${name}` : '', at)
  const value = hasValue ? word.slice(name.length + 3) : ''
  return { options: [argument(option, `--${name}`, value)], lacksValue: option.takesValue && !hasValue }
}

function short(word: string, at: number): Reading {
  const options: Argument[] = []
  for (let index = 1; index < word.length; index++) {
    const letter = word.charAt(index)
    const option = shortOption(letter)
    if (option === undefined) throw unknown(`-${letter}`, at)
    const rest = option.takesValue ? word.slice(index + 1) : ''
    options.push(argument(option, `-${letter}`, rest))
    if (option.takesValue) return { options, lacksValue: rest === '' }
  }
  if (options.length === 0) throw unknown('-', at)
  return { options, lacksValue: false }
}

function argument({ name, reason }: KnownOption, written: string, value: string): Argument {
  return { name, written, value, reason }
}

/** @param at the index of the word after `curl`. */
function unknown(option: string, at: number) {
  return refusal(
    `word ${at + 2} is no option that curl has, or the beginning of several${option && `: ${option}`}. Take it out, or correct it.`,
  )
}
