import { type EditorState, type Extension, RangeSetBuilder, StateEffect, StateField } from '@codemirror/state'
import { Decoration, type DecorationSet, EditorView, keymap, WidgetType } from '@codemirror/view'
import { environment } from './environment.ts'
import { chipLabel, type Piece, piecesOf, usesSecret } from './pieces.ts'
import { problemsOf } from './problems.ts'

interface Chips {
  pieces: readonly Piece[]
  decorations: DecorationSet
  /** What the caret passes in one step, and Backspace removes at once. */
  atoms: DecorationSet
  /** Where a chip is open, which shows its text for editing. */
  open: number | undefined
}

const openChip = StateEffect.define<number>()

/**
 * Draws each expression of the text as a chip. The document is still the text, so that copying, pasting and undoing
 * work as everywhere. The caret passes a chip as one character; F2 or a double click opens it to edit its text.
 */
export function chips(): Extension {
  return [chipsField, keymap.of([{ key: 'F2', run: openBesideCaret }])]
}

const chipsField = StateField.define<Chips>({
  create: (state) => build(state, undefined),
  update(chips, tr) {
    const opened = tr.effects.find((it) => it.is(openChip))?.value
    const moved = chips.open === undefined ? undefined : tr.changes.mapPos(chips.open, -1)
    const open = opened ?? stillOpen(tr.state, moved)
    const known = tr.startState.facet(environment) === tr.state.facet(environment)
    const marked = tr.selection !== undefined && chips.pieces.some(({ kind }) => kind === 'broken')
    return tr.docChanged || open !== chips.open || !known || marked ? build(tr.state, open) : chips
  },
  provide: (field) => [
    EditorView.decorations.from(field, ({ decorations }) => decorations),
    EditorView.atomicRanges.of((view) => view.state.field(field).atoms),
  ],
})

/** A chip closes when the caret leaves it. */
function stillOpen(state: EditorState, open: number | undefined): number | undefined {
  if (open === undefined) return undefined
  const piece = piecesOf(state.doc.toString()).find(({ start }) => start === open)
  const { head } = state.selection.main
  return piece && head >= piece.start && head <= piece.end ? open : undefined
}

function build(state: EditorState, open: number | undefined): Chips {
  const source = state.doc.toString()
  const pieces = piecesOf(source)
  const problems = problemsOf(pieces, state.facet(environment).scope)
  const drawn = new RangeSetBuilder<Decoration>()
  const atoms = new RangeSetBuilder<Decoration>()
  for (const piece of pieces) {
    const { start, end } = piece
    const problem = problems.find((it) => it.start >= start && it.end <= end)?.message
    if (piece.kind === 'broken') drawn.add(start, end, isAt(state, piece) ? openText : brokenText)
    else if (start === open) drawn.add(start, end, openText)
    else {
      const label = chipLabel(piece.expression, source)
      const widget = new ChipWidget(label, source.slice(start, end), usesSecret(piece.expression), problem)
      const chip = Decoration.replace({ widget })
      drawn.add(start, end, chip)
      atoms.add(start, end, chip)
    }
  }
  return { pieces, open, decorations: drawn.finish(), atoms: atoms.finish() }
}

/** An expression that is still being written is not marked as wrong. */
function isAt(state: EditorState, { start, end }: Piece): boolean {
  const { head } = state.selection.main
  return head > start && head <= end
}

const brokenText = Decoration.mark({ class: 'cm-broken' })
const openText = Decoration.mark({ class: 'cm-open-chip' })

class ChipWidget extends WidgetType {
  readonly label: string
  readonly source: string
  readonly secret: boolean
  readonly problem: string | undefined

  constructor(label: string, source: string, secret: boolean, problem: string | undefined) {
    super()
    this.label = label
    this.source = source
    this.secret = secret
    this.problem = problem
  }

  override eq(other: ChipWidget): boolean {
    return other.source === this.source && other.problem === this.problem && other.label === this.label
  }

  override toDOM(view: EditorView): HTMLElement {
    const chip = document.createElement('span')
    chip.className = ['chip', this.secret && 'secret', this.problem !== undefined && 'wrong']
      .filter(Boolean)
      .join(' ')
    chip.title = this.problem ?? `${this.source}\nDouble-click or F2 to edit`
    chip.textContent = this.label
    chip.addEventListener('dblclick', (event) => {
      event.preventDefault()
      open(view, view.posAtDOM(chip))
    })
    return chip
  }

  override ignoreEvent(event: Event): boolean {
    return event.type === 'dblclick'
  }
}

function openBesideCaret(view: EditorView): boolean {
  const { from, to } = view.state.selection.main
  const { pieces } = view.state.field(chipsField)
  const beside =
    pieces.find(({ end, start }) => end === from || (start >= from && end <= to && to > from)) ??
    pieces.find(({ start }) => start === to)
  return beside?.kind === 'expression' && open(view, beside.start)
}

/** Puts the caret at the end of the path, because people change the path most. */
function open(view: EditorView, at: number): boolean {
  const piece = view.state.field(chipsField).pieces.find(({ start }) => start === at)
  if (piece?.kind !== 'expression') return false
  const { path, filters } = piece.expression
  view.dispatch({ effects: openChip.of(at), selection: { anchor: filters.at(-1)?.end ?? path.end } })
  view.focus()
  return true
}
