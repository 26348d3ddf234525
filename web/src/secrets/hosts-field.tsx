import { Textarea } from '@mantine/core'
import { type Ref, useId, useImperativeHandle, useRef, useState } from 'react'
import { AppError } from '../../../src/errors.ts'
import { normalizeHostPattern } from '../../../src/host-pattern.ts'

export interface HostsInput {
  /** The hosts that were typed; or `undefined`, and says which is none. */
  read(): string[] | undefined
}

/** The hosts that steps may send a secret to. */
export function HostsField({ initial, ref }: { initial: readonly string[]; ref: Ref<HostsInput> }) {
  const id = useId()
  const area = useRef<HTMLTextAreaElement>(null)
  const [problem, setProblem] = useState('')
  useImperativeHandle(ref, () => ({
    read() {
      const hosts = (area.current?.value ?? '').split(/[\s,;]+/).filter((it) => it !== '')
      const wrong = hosts.find((it) => !isHost(it))
      setProblem(wrong === undefined ? '' : problemWith(wrong))
      if (wrong === undefined) return hosts
      area.current?.focus()
      return undefined
    },
  }))
  return (
    <Textarea
      id={id}
      ref={area}
      label="Allowed hosts"
      description="One a line. Steps can send this secret to these hosts only; to any public host when the list is empty."
      rows={2}
      classNames={{ input: 'hosts-input' }}
      spellCheck={false}
      autoCapitalize="none"
      autoComplete="off"
      placeholder={'api.example.com\n*.example.com'}
      defaultValue={initial.join('\n')}
      error={problem}
      errorProps={{ role: 'alert' }}
      onInput={() => setProblem('')}
    />
  )
}

const problemWith = (host: string) =>
  `“${host}” is not a host. Write api.example.com, *.example.com or api.example.com:8443, without https:// and path.`

function isHost(text: string): boolean {
  try {
    normalizeHostPattern(text)
    return true
  } catch (error) {
    if (error instanceof AppError) return false
    throw error
  }
}
