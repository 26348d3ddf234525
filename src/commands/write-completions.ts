import type { Command } from 'commander'

interface Word {
  word: string
  about: string
}

/** What may follow the words of a command: `secrets` is followed by `list`, and by options. */
interface Place {
  words: string
  follows: Word[]
}

/** The script for a shell. Where no word of ours fits, the shell completes files. */
export function completionsFor(shell: string, program: Command): string {
  const places = placesOf(program)
  if (shell === 'fish') return fish(places)
  return shell === 'zsh' ? zsh(places) : bash(places)
}

function placesOf(command: Command, words: readonly string[] = [], inherited: readonly Word[] = []): Place[] {
  const own = command.options.flatMap((it) =>
    it.long && !it.hidden ? [{ word: it.long, about: it.description }] : [],
  )
  const options = [...own, ...inherited]
  const help = { word: '--help', about: 'print what the command does' }
  const commands = command.commands.map((it) => ({ word: it.name(), about: it.description() }))
  const choices = command.registeredArguments
    .flatMap((it) => it.argChoices ?? [])
    .map((word) => ({ word, about: '' }))
  const place = { words: words.join(' '), follows: [...commands, ...choices, ...options, help] }
  return [place, ...command.commands.flatMap((it) => placesOf(it, [...words, it.name()], options))]
}

const bash = (places: readonly Place[]): string => `# bash completion for lockstep
_lockstep() {
  local place="" word i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    [[ "$word" == -* ]] && continue
    case "\${place:+$place }$word" in
${casesOf(places)}
    esac
  done
  local follows=""
  case "$place" in
${places.map((it) => `    ${quote(it.words)}) follows=${quote(wordsOf(it))} ;;`).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$follows" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _lockstep lockstep
`

const zsh = (places: readonly Place[]): string => `#compdef lockstep
_lockstep() {
  local place="" word
  for word in "\${(@)words[2,CURRENT-1]}"; do
    [[ "$word" == -* ]] && continue
    case "\${place:+$place }$word" in
${casesOf(places)}
    esac
  done
  local -a follows
  case "$place" in
${places.map((it) => `    ${quote(it.words)}) follows=(${it.follows.map(described).join(' ')}) ;;`).join('\n')}
  esac
  _describe lockstep follows || _files
}
compdef _lockstep lockstep
`

/** Each word that leads to another place moves there. Any other word is an argument. */
const casesOf = (places: readonly Place[]): string =>
  places
    .filter((it) => it.words !== '')
    .map((it) => `      ${quote(it.words)}) place=${quote(it.words)} ;;`)
    .join('\n')

function fish(places: readonly Place[]): string {
  const lines = places.flatMap((place) => {
    const condition = `test (__lockstep_place) = ${quote(place.words)}`
    return place.follows.map((it) => {
      const word = it.word.startsWith('--') ? `-l ${it.word.slice(2)}` : `-a ${quote(it.word)}`
      return `complete -c lockstep -n ${quote(condition)} ${word} -d ${quote(it.about)}`
    })
  })
  return `# fish completion for lockstep
function __lockstep_place
  set -l place ""
  for word in (commandline -opc)[2..]
    string match -q -- '-*' $word; and continue
    set -l next (string trim "$place $word")
    contains -- $next ${places.map((it) => quote(it.words)).join(' ')}; and set place $next
  end
  echo "$place"
end
${lines.join('\n')}
`
}

const wordsOf = ({ follows }: Place): string => follows.map((it) => it.word).join(' ')

/** In zsh a colon divides the word from what it is for. */
const described = ({ word, about }: Word): string => quote(`${word}:${about.replaceAll(':', '\\:')}`)

/** A word of a shell that means nothing but itself. */
const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
