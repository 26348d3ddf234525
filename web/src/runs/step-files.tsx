import { Anchor, Group, Text } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { RedactedText } from '../redaction/redacted-text.tsx'
import type { Run } from './run.ts'

type RunFile = Run['steps'][number]['files'][number]

/** The files that a step has kept, each with a link to its download unless a secret was found in it. */
export function StepFiles({ files }: { files: readonly RunFile[] }) {
  return (
    <ul className="step-files" aria-label="Files">
      {files.map((file) => (
        <li key={file.id}>
          <Group gap={8}>
            {file.url === null ? (
              <Text size="sm" fw={500}>
                <RedactedText text={file.name} />
              </Text>
            ) : (
              <Anchor href={file.url} download size="sm" fw={500}>
                <IconDownload size={14} aria-hidden /> {file.name}
              </Anchor>
            )}
            <Text size="sm" c="dimmed">
              {file.mediaType}, {sizeOf(file.bytes)}
            </Text>
          </Group>
          {!file.downloadable && (
            <Text size="sm" c="dimmed">
              A secret was found in it, or its step has protected it. Only later steps could read it.
            </Text>
          )}
        </li>
      ))}
    </ul>
  )
}

const UNITS = ['bytes', 'KiB', 'MiB', 'GiB']

function sizeOf(bytes: number): string {
  const power = bytes < 1024 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10))
  const shown = power === 0 ? bytes : (bytes / 1024 ** power).toFixed(1)
  return `${shown} ${UNITS[power]}`
}
