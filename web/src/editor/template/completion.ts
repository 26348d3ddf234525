import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  pickedCompletion,
} from '@codemirror/autocomplete'
import type { EditorView } from '@codemirror/view'
import { filterRules } from '../../../../src/template/filters.ts'
import { referenceTo } from '../../../../src/template/variables.ts'
import { environment } from './environment.ts'
import { flattened } from './nested-variables.ts'
import { samplePreview } from './sample-preview.ts'

/** Offers the variables of the explorer after `{{`, and the filters after `|`. */
export function templateCompletion() {
  return autocompletion({
    override: [complete],
    icons: false,
    maxRenderedOptions: 60,
    activateOnTypingDelay: 30,
    tooltipClass: () => 'template-completion',
  })
}

/** An expression that is begun before the caret, up to where the word that is being typed begins. */
const BEGUN = /\{\{(?:[^{}"]|"(?:[^"\\]|\\.)*")*$/
const WORD = /[\p{L}\p{N}_$.[\]-]*$/u

function complete(context: CompletionContext): CompletionResult | null {
  const line = context.state.doc.lineAt(context.pos)
  const before = line.text.slice(0, context.pos - line.from)
  const begun = BEGUN.exec(before)
  if (!begun || before[begun.index - 1] === '\\') return null
  const word = WORD.exec(before)?.[0] ?? ''
  const inside = before.slice(begun.index + 2, before.length - word.length)
  const from = context.pos - word.length
  const separator = /[|:,](?=\s*$)/.exec(inside)?.[0]
  if (separator === '|') return { from, options: filters, validFor: /^\w*$/ }
  if (separator === undefined && inside.trim() !== '') return null
  const isHead = separator === undefined
  const start = isHead ? line.from + begun.index : from
  return {
    from,
    options: variables(context, isHead ? start : undefined),
    validFor: /^[\p{L}\p{N}_$.[\]-]*$/u,
  }
}

const filters: readonly Completion[] = [...filterRules].map(([name, rule]) => ({
  label: name,
  detail: rule.most > 0 ? rule.usage.replace(/^.* as in /, '') : '',
  apply: rule.least > 0 ? `${name}: ` : name,
}))

/** @param head where the `{{` of the expression stands, when the path is the first thing in it. */
function variables({ state }: CompletionContext, head: number | undefined): Completion[] {
  const { sections, scope } = state.facet(environment)
  return sections.flatMap((section, rank) => {
    if (section.kind === 'SECRETS' && !scope.acceptsSecrets) return []
    return flattened(section).map(
      ({ path, sample }): Completion => ({
        label: path,
        detail: samplePreview(sample),
        section: { name: section.title, rank },
        ...(head !== undefined && {
          apply: (view, picked, _from, to) => insertExpression(view, path, head, to, picked),
        }),
      }),
    )
  })
}

/** Puts a variable at the caret. It replaces what is selected, or an expression that is only begun. */
export function insertVariable(view: EditorView, path: string): void {
  const { from, to } = view.state.selection.main
  const line = view.state.doc.lineAt(from)
  const before = line.text.slice(0, from - line.from)
  const begun = from === to ? BEGUN.exec(before) : null
  const start = begun && before[begun.index - 1] !== '\\' ? line.from + begun.index : from
  insertExpression(view, path, start, to)
}

/** Replaces what was begun, and a `}}` behind it, by the whole expression. */
function insertExpression(
  view: EditorView,
  path: string,
  from: number,
  to: number,
  picked?: Completion,
): void {
  const after = from === to ? '' : (/^[ \t]*\}\}/.exec(view.state.sliceDoc(to, to + 20))?.[0] ?? '')
  const insert = referenceTo(path)
  view.dispatch({
    changes: { from, to: to + after.length, insert },
    selection: { anchor: from + insert.length },
    scrollIntoView: true,
    userEvent: 'input.complete',
    ...(picked && { annotations: pickedCompletion.of(picked) }),
  })
}
