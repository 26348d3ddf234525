import { Button, Group, Stack, Text } from '@mantine/core'
import { waysOf } from '../draft/authorization.ts'
import type { DraftStep } from '../draft/draft.ts'
import { useEditor } from '../state/editor-context.ts'
import { CheckButton } from './check-button.tsx'
import { KeyField } from './key-field.tsx'
import { StepFields } from './step-fields.tsx'

/** The form of one step. It is drawn from the fields of the step type and from nothing else. */
export function StepForm({
  step,
  onPasteCurl,
  onCopyCurl,
  onAuthorize,
}: {
  step: DraftStep
  /**
   * Opens the dialog for a cURL command. Undefined when the step is no HTTP request.
   *
   * @param command what was pasted already.
   */
  onPasteCurl: ((command?: string) => void) | undefined
  /** Shows the request as a cURL command. Undefined when the step is no HTTP request. */
  onCopyCurl: (() => void) | undefined
  /** Opens the dialog that writes a credential into the step. */
  onAuthorize: () => void
}) {
  const { types } = useEditor()
  const type = types.get(step.type)
  return (
    <Stack gap="md">
      <Group justify="space-between" align="flex-start" className="form-head">
        <div>
          <Text fw={600} component="h2">
            {type?.title ?? step.type}
          </Text>
          <Text size="sm" c="dimmed">
            {type?.description ?? UNKNOWN_TYPE}
          </Text>
        </div>
        <Group gap="xs">
          {waysOf(type?.fields ?? []).length > 0 && (
            <Button variant="default" size="xs" onClick={onAuthorize}>
              Authorization
            </Button>
          )}
          {onPasteCurl && (
            <Button variant="default" size="xs" onClick={() => onPasteCurl()}>
              Paste cURL
            </Button>
          )}
          {onCopyCurl && (
            <Button variant="default" size="xs" onClick={onCopyCurl}>
              Copy as cURL
            </Button>
          )}
        </Group>
      </Group>
      <KeyField key={step.id} step={step} />
      <StepFields step={step} type={type} onPasteCurl={onPasteCurl} />
      {type?.hasCheck && <CheckButton key={`check ${step.id}`} step={step} />}
    </Stack>
  )
}

const UNKNOWN_TYPE =
  'This step type is not installed here, so its fields cannot be shown. They are kept as they are.'
