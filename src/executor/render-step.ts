import { AppError } from '../errors.ts'
import type { RunRedactor } from '../redactor/index.ts'
import type { Sensitive } from '../sensitive.ts'
import { type Registry, type RenderedFields, renderFields, type StepType } from '../steps/index.ts'
import type { AutomationStep } from '../store/entities/index.ts'
import { type Scope, sourcesIn } from '../template/index.ts'
import type { RunState } from './run-state.ts'

interface Knowledge {
  state: RunState
  redactor: RunRedactor
  /** Stops what is searched for it. */
  signal: AbortSignal
}

// What filters make of texts with a secret in them (characters): the redactor holds each in many forms.
const LONGEST_DERIVED = 1024 * 1024

/**
 * Renders the fields of a step. What filters make of secrets, named or found in what earlier steps gave, the run has
 * learned when this returns.
 *
 * @param secrets the values that the step may name.
 * @throws AppError as `renderFields`, and as `RunRedactor.json`.
 */
export async function renderStep(
  type: StepType,
  { fields }: AutomationStep,
  knowledge: Knowledge,
  secrets: ReadonlyMap<string, Sensitive>,
): Promise<RenderedFields> {
  return untilSearched(fields, knowledge, (owners) => {
    const scope = scopeOf(knowledge, owners, secrets)
    return renderFields(type, fields, {
      ...scope,
      learn(names, made) {
        if (made.reveal().length > LONGEST_DERIVED) throw tooLong(names)
        scope.learn(names, made)
      },
    })
  })
}

/**
 * A secret may have stood in what a step was given before a later step made it known. So, when the run has learned
 * more, the steps that have been rendered are rendered once more, in their order, to learn what their filters made.
 * Nothing is kept for it but what the run keeps anyway, so that a worker that takes the run over does the same.
 */
export async function catchUp(
  registry: Registry,
  knowledge: Knowledge,
  rendered: readonly AutomationStep[],
): Promise<void> {
  const { state } = knowledge
  await state.onceLearned(async () => {
    const types = new Map(registry.list().map((type) => [type.type, type]))
    for (const definition of rendered) {
      const type = types.get(definition.type)
      if (type) await renderAgain(type, definition, knowledge)
    }
  })
}

async function renderAgain(type: StepType, { fields }: AutomationStep, knowledge: Knowledge): Promise<void> {
  try {
    await untilSearched(fields, knowledge, (owners) => {
      if ([...owners.values()].every((names) => names.length === 0)) return
      renderFields(type, fields, scopeOf(knowledge, owners, knowledge.state.secrets))
    })
  } catch (error) {
    // Any other it had the first time; one of these leaves something unlearned, which would then be shown.
    if (!(error instanceof AppError) || unlearned.has(error.code)) throw error
  }
}

const unlearned: ReadonlySet<string> = new Set(['RESPONSE_TOO_LARGE', 'TIMEOUT', 'STEP_FAILED', 'CANCELLED'])

type Owners = Map<string, readonly string[]>

/** A text that is too large to be searched while the templates are rendered. */
class Unsearched extends Error {
  readonly text: string

  constructor(text: string) {
    super('A text has to be searched first.')
    this.text = text
  }
}

/**
 * Renders once it is known whose values stand in the texts that the templates take from the trigger and from outputs.
 * When a filter has made a large text that the next one is given, that is searched too, and all is rendered anew:
 * filters do nothing else.
 */
async function untilSearched<T>(
  fields: unknown,
  { state, redactor, signal }: Knowledge,
  render: (owners: Owners) => T,
): Promise<T> {
  const isKnown = state.knowledge() > 0
  const owners: Owners = isKnown ? await redactor.ownersIn(sourcesIn(fields, state), signal) : new Map()
  for (;;) {
    try {
      return render(owners)
    } catch (error) {
      if (!(error instanceof Unsearched)) throw error
      owners.set(error.text, await redactor.findIn([error.text], signal))
    }
  }
}

function scopeOf(
  { state, redactor }: Knowledge,
  owners: Owners,
  secrets: ReadonlyMap<string, Sensitive>,
): Scope {
  const find = (text: string) => {
    if (state.knowledge() === 0) return []
    if (text.length > redactor.largest) throw new Unsearched(text)
    return redactor.find(text)
  }
  return {
    secrets,
    trigger: state.trigger,
    steps: state.steps,
    find: (text) => owners.get(text) ?? find(text),
    learn: (names, made) => state.learnDerived(names, made),
  }
}

function tooLong([name]: readonly string[]): AppError {
  const found = `A filter is given a text of over ${LONGEST_DERIVED / 1024 / 1024} MiB with the secret ${name} in it`
  return new AppError('INVALID_FIELD', `${found}. Give it the part that is needed.`)
}
