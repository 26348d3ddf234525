import { Facet } from '@codemirror/state'
import type { VariableGroup } from '../../../../src/template/variables.ts'
import type { TemplateScope } from './problems.ts'

/** What a template field knows of the automation around it. */
export interface Environment {
  scope: TemplateScope
  /** What the completion offers: the same as the explorer. */
  sections: readonly VariableGroup[]
}

const nothing: Environment = {
  scope: { label: '', acceptsSecrets: false, secrets: undefined, steps: [], laterSteps: [] },
  sections: [],
}

export const environment = Facet.define<Environment, Environment>({
  combine: ([first]) => first ?? nothing,
})
