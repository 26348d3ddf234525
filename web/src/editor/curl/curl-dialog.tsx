import { Button, Stack, Text, Textarea } from '@mantine/core'
import { type RefObject, useEffect, useRef, useState } from 'react'
import { type CurlImport, parseCurl } from '../../../../plugins/custom-http/curl/index.ts'
import { AppError } from '../../../../src/errors.ts'
import { Dialog } from '../../dialogs/dialog.tsx'
import { DialogActions } from '../../dialogs/dialog-actions.tsx'
import { FormProblem } from '../../forms/form-problem.tsx'
import type { DraftStep } from '../draft/draft.ts'
import { CurlReview } from './curl-review.tsx'

interface CurlProps {
  step: DraftStep
  /** What was pasted elsewhere already; it is taken from there at once. */
  pasted: RefObject<string>
  onClose: () => void
}

/**
 * Fills a step in from a cURL command. What is pasted is full of credentials. It is read in the browser and neither
 * sent nor kept: no state holds it, because React would keep that for a while.
 */
export function CurlDialog(props: CurlProps) {
  const [isRead, setIsRead] = useState(false)
  return (
    <Dialog onClose={props.onClose} title="Paste cURL" size="lg" hasTyped={isRead}>
      <CurlForm {...props} isRead={isRead} onRead={() => setIsRead(true)} />
    </Dialog>
  )
}

function CurlForm({
  step,
  pasted,
  onClose,
  isRead,
  onRead,
}: CurlProps & { isRead: boolean; onRead: () => void }) {
  const command = useRef<HTMLTextAreaElement>(null)
  const parsed = useRef<CurlImport>(undefined)
  const [problem, setProblem] = useState<string | undefined>(undefined)
  const read = (text: string) => {
    const result = parsedOrProblem(text)
    if (typeof result === 'string') return setProblem(result)
    parsed.current = result
    if (command.current) command.current.value = ''
    setProblem(undefined)
    onRead()
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, for what came with the opening of the dialog.
  useEffect(() => {
    const text = pasted.current
    pasted.current = ''
    if (text === '') return
    if (command.current) command.current.value = text
    read(text)
  }, [])
  if (isRead && parsed.current) return <CurlReview step={step} parsed={parsed.current} onClose={onClose} />
  return (
    <Stack gap="md">
      <Textarea
        ref={command}
        label="Command"
        description="As your browser's developer tools, Postman or the documentation of an API give it. It stays in this browser."
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        placeholder="curl https://api.example.com/v1/customers -H 'Authorization: Bearer …'"
        ff="monospace"
        rows={8}
        spellCheck={false}
        autoComplete="off"
        data-autofocus
        onPaste={(event) => {
          // A whole command is read at once. Anything else is pasted as usual.
          const text = event.clipboardData.getData('text/plain')
          if (event.currentTarget.value !== '' || typeof parsedOrProblem(text) === 'string') return
          event.preventDefault()
          read(text)
        }}
      />
      <FormProblem
        problem={problem === undefined ? undefined : { code: 'CURL', message: problem, canRetry: false }}
      />
      <DialogActions onCancel={onClose}>
        <Button onClick={() => read(command.current?.value ?? '')}>Read</Button>
      </DialogActions>
      <Text size="xs" c="dimmed">
        What is in the step now is replaced.
      </Text>
    </Stack>
  )
}

function parsedOrProblem(text: string): CurlImport | string {
  try {
    return parseCurl(text)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return error.message
  }
}
