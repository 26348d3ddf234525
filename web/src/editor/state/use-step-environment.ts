import { useMemo } from 'react'
import { labelsForSecrets } from '../draft/conditions.ts'
import { earlierStep, type StepEnvironment, sectionsFor } from '../draft/known-variables.ts'
import { useEditor } from './editor-context.ts'

/** What the templates of a step can refer to: the trigger, the steps before it as they are now, and the secrets. */
export function useStepEnvironment(step: number | undefined): StepEnvironment {
  const { draft, types, samples, secrets } = useEditor()
  return useMemo(() => {
    const at = draft.steps.findIndex(({ id }) => id === step)
    const earlier = at === -1 ? [] : draft.steps.slice(0, at)
    const later = at === -1 ? [] : draft.steps.slice(at)
    return {
      sections: sectionsFor(earlier, types, samples, secrets ?? []),
      scope: {
        secrets,
        steps: earlier.map((it) => earlierStep(it, types)),
        laterSteps: later.map(({ key }) => key),
        secretFields: labelsForSecrets(types.get(later[0]?.type ?? '')?.fields ?? [], later[0]?.fields ?? {}),
      },
    }
  }, [draft.steps, step, types, samples, secrets])
}
