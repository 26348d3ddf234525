import { Button, FileButton, Group, Stack, Text, Textarea } from '@mantine/core'
import { IconFile } from '@tabler/icons-react'
import { type DragEvent, useRef, useState } from 'react'
import { DialogActions } from '../dialogs/dialog-actions.tsx'
import { FormProblem } from '../forms/form-problem.tsx'

/** In bytes. A .env file has some hundred lines. */
const LARGEST_FILE = 1_000_000

/**
 * Takes the text of a file: pasted, dropped or chosen. The field hides what is in it.
 *
 * @param onRead takes the text; false: there is nothing in it that can be imported.
 */
export function ImportSource({
  onRead,
  onClose,
}: {
  onRead: (text: string) => boolean
  onClose: () => void
}) {
  const field = useRef<HTMLTextAreaElement>(null)
  const [problem, setProblem] = useState<string | undefined>(undefined)
  const [isOver, setIsOver] = useState(false)
  const read = (text: string, what: string) => {
    if (onRead(text)) return
    setProblem(`${what} has no line NAME=VALUE.`)
    field.current?.focus()
  }
  const readFile = async (file: File | null | undefined) => {
    if (!file) return
    if (file.size > LARGEST_FILE) return setProblem(`${file.name} is over 1 MB, and probably no .env file.`)
    const text = await file.text().catch(() => undefined)
    if (text === undefined) setProblem(`${file.name} cannot be read. Is it a folder?`)
    else read(text, file.name)
  }
  const over = (event: DragEvent, is: boolean) => {
    event.preventDefault()
    setIsOver(is)
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button beside the field does the same by keyboard.
    <div
      className={isOver ? 'import-source over' : 'import-source'}
      onDragOver={(event) => over(event, true)}
      onDragLeave={(event) => over(event, false)}
      onDrop={(event) => {
        over(event, false)
        void readFile(event.dataTransfer.files[0])
      }}
    >
      <Stack gap="md">
        <Textarea
          ref={field}
          label="Lines NAME=VALUE"
          description="Paste them, or drop a file here. They are read in this browser, and nothing is sent before you save."
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          classNames={{ input: 'hidden-value code-input' }}
          rows={6}
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="none"
          translate="no"
          data-1p-ignore
          data-gramm="false"
          data-autofocus
          onPaste={(event) => {
            // A whole file is read at once. Anything else is pasted as usual.
            if (event.currentTarget.value !== '') return
            if (onRead(event.clipboardData.getData('text/plain'))) event.preventDefault()
          }}
        />
        <FormProblem
          problem={problem === undefined ? undefined : { code: 'ENV', message: problem, canRetry: false }}
        />
        <Group justify="space-between">
          <FileButton onChange={(file) => void readFile(file)}>
            {(props) => (
              <Button variant="default" leftSection={<IconFile size={16} aria-hidden />} {...props}>
                Choose a file
              </Button>
            )}
          </FileButton>
          <DialogActions onCancel={onClose}>
            <Button onClick={() => read(field.current?.value ?? '', 'This')}>Read</Button>
          </DialogActions>
        </Group>
        <Text size="xs" c="dimmed">
          A secret that exists gets the new value, and keeps where it may go.
        </Text>
      </Stack>
    </div>
  )
}
