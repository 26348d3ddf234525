import { AppError } from '../errors.ts'
import type { Redactor } from '../redactor/index.ts'
import type { Sensitive } from '../sensitive.ts'
import { type Registry, type RenderedFields, renderFields, type StepType } from '../steps/index.ts'
import type { StepDefinition } from '../store/entities/index.ts'
import { type Scope, sourcesIn } from '../template/index.ts'
import type { RunState } from './run-state.ts'

interface Knowledge {
  state: RunState
  redactor: Redactor
}

// What filters make of texts with a secret in them (characters): the redactor holds each in many forms.
const LONGEST_DERIVED = 1024 * 1024

/**
 * Renders the fields of a step. What filters make of secrets, named or found in what earlier steps gave, the run has
 * learned when this returns.
 *
 * @param secrets the values that the step may name.
 * @throws AppError as `renderFields`.
 */
export function renderStep(
  type: StepType,
  { fields }: StepDefinition,
  knowledge: Knowledge,
  secrets: ReadonlyMap<string, Sensitive>,
): RenderedFields {
  const owners = ownersOf(fields, knowledge)
  const scope = scopeOf(knowledge, owners, secrets)
  return renderFields(type, fields, {
    ...scope,
    learn(names, made) {
      if (made.reveal().length > LONGEST_DERIVED) throw tooLong(names)
      scope.learn(names, made)
    },
  })
}

/**
 * A secret may have stood in what a step was given before a later step made it known. So, when the run has learned
 * more, the steps that have been rendered are rendered once more, in their order, to learn what their filters made.
 * Nothing is kept for it but what the run keeps anyway, so that a worker that takes the run over does the same.
 */
export function catchUp(registry: Registry, knowledge: Knowledge, rendered: readonly StepDefinition[]): void {
  const { state } = knowledge
  state.onceLearned(() => {
    const types = new Map(registry.list().map((type) => [type.type, type]))
    for (const definition of rendered) {
      const type = types.get(definition.type)
      if (type) renderAgain(type, definition, knowledge)
    }
  })
}

function renderAgain(type: StepType, { fields }: StepDefinition, knowledge: Knowledge): void {
  const owners = ownersOf(fields, knowledge)
  if ([...owners.values()].every((names) => names.length === 0)) return
  try {
    renderFields(type, fields, scopeOf(knowledge, owners, knowledge.state.secrets))
  } catch (error) {
    // It had the same error the first time.
    if (!(error instanceof AppError)) throw error
  }
}

type Owners = Map<string, readonly string[]>

/** Whose values stand in the texts that the templates take from the trigger and from outputs; each is searched once. */
function ownersOf(fields: unknown, { state, redactor }: Knowledge): Owners {
  if (state.knowledge() === 0) return new Map()
  return new Map(sourcesIn(fields, state).map((text) => [text, redactor.find(text)]))
}

function scopeOf(
  { state, redactor }: Knowledge,
  owners: Owners,
  secrets: ReadonlyMap<string, Sensitive>,
): Scope {
  const find = (text: string) => (state.knowledge() === 0 ? [] : redactor.find(text))
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
