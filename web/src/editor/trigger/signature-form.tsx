import { Group, NumberInput, Select, Stack, Switch, Text, TextInput } from '@mantine/core'
import { DocsLink } from '../../docs/docs-link.tsx'
import type { HookSignature, HookSignatureFormat } from '../draft/draft.ts'
import { useEditor } from '../state/editor-context.ts'

const styles = [
  { value: 'GITHUB', label: 'GitHub' },
  { value: 'BITBUCKET', label: 'Bitbucket' },
  { value: 'STRIPE', label: 'Stripe' },
  { value: 'SLACK', label: 'Slack' },
  { value: 'SHOPIFY', label: 'Shopify' },
  { value: 'STANDARD_WEBHOOKS', label: 'Standard Webhooks' },
  { value: 'CUSTOM', label: 'Another way' },
] satisfies { value: HookSignature['style']; label: string }[]

const emptyFormat: HookSignatureFormat = {
  header: 'X-Signature',
  algorithm: 'SHA256',
  encoding: 'HEX',
  prefix: '',
  signed: '{body}',
  timestampHeader: null,
  toleranceSeconds: 300,
}

/** Whether requests to the hook have to be signed, and with which secret. */
export function SignatureForm() {
  const { draft, change } = useEditor()
  const { hookSignature } = draft
  const set = (signature: HookSignature | null) => change({ kind: 'hook-signature', signature })
  return (
    <Stack gap="sm">
      <Switch
        label="Requests have to be signed"
        description="With the value of a secret that the sender knows as well. Others are refused and start no run."
        checked={hookSignature !== null}
        onChange={(event) => set(event.currentTarget.checked ? { secret: '', style: 'GITHUB' } : null)}
      />
      {hookSignature && <Signature signature={hookSignature} set={set} />}
      {hookSignature && (
        <Text size="xs" c="dimmed">
          Calls are refused? <DocsLink to="hook" about="refused calls" />
        </Text>
      )}
    </Stack>
  )
}

interface SignatureProps {
  signature: HookSignature
  set: (signature: HookSignature) => void
}

function Signature({ signature, set }: SignatureProps) {
  const setStyle = (chosen: string | null) => {
    const style = styles.find(({ value }) => value === chosen)?.value ?? signature.style
    set({ ...signature, style, format: style === 'CUSTOM' ? (signature.format ?? emptyFormat) : null })
  }
  return (
    <>
      <Group align="flex-end" gap="sm">
        <SecretSelect
          label="Secret"
          name={signature.secret}
          onChange={(secret) => set({ ...signature, secret })}
        />
        <Select
          label="In the way of"
          data={styles}
          allowDeselect={false}
          value={signature.style}
          onChange={setStyle}
          w={220}
        />
      </Group>
      {signature.format && (
        <Format format={signature.format} set={(format) => set({ ...signature, format })} />
      )}
      <SecretSelect
        label="Token of the service"
        description="Only for services that first ask by GET, as those of Meta do: the secret that they send as hub.verify_token."
        name={signature.verifyToken ?? ''}
        onChange={(name) => set({ ...signature, verifyToken: name === '' ? null : name })}
      />
    </>
  )
}

function Format({
  format,
  set,
}: {
  format: HookSignatureFormat
  set: (format: HookSignatureFormat) => void
}) {
  const algorithm = (it: string | null) => (it === 'SHA1' || it === 'SHA512' ? it : 'SHA256')
  return (
    <Group align="flex-end" gap="sm">
      <TextInput
        label="Header with the signature"
        value={format.header}
        onChange={(event) => set({ ...format, header: event.currentTarget.value })}
        w={220}
      />
      <Select
        label="Algorithm"
        data={[
          { value: 'SHA256', label: 'HMAC-SHA256' },
          { value: 'SHA512', label: 'HMAC-SHA512' },
          { value: 'SHA1', label: 'HMAC-SHA1' },
        ]}
        allowDeselect={false}
        value={format.algorithm}
        onChange={(it) => set({ ...format, algorithm: algorithm(it) })}
        w={160}
      />
      <Select
        label="Encoding"
        data={[
          { value: 'HEX', label: 'hexadecimal' },
          { value: 'BASE64', label: 'base64' },
        ]}
        allowDeselect={false}
        value={format.encoding}
        onChange={(it) => set({ ...format, encoding: it === 'BASE64' ? 'BASE64' : 'HEX' })}
        w={150}
      />
      <TextInput
        label="Before the signature"
        placeholder="sha256="
        value={format.prefix}
        onChange={(event) => set({ ...format, prefix: event.currentTarget.value })}
        w={160}
      />
      <SignedText format={format} set={set} />
    </Group>
  )
}

function SignedText({
  format,
  set,
}: {
  format: HookSignatureFormat
  set: (format: HookSignatureFormat) => void
}) {
  const setTime = (name: string) => {
    const timestampHeader = name === '' ? null : name
    // As most services do it; another text stays as it was typed.
    const plain = format.signed === '{body}' || format.signed === '{timestamp}.{body}'
    const signed = plain ? (timestampHeader ? '{timestamp}.{body}' : '{body}') : format.signed
    set({ ...format, timestampHeader, signed })
  }
  return (
    <>
      <TextInput
        label="Header with the time"
        placeholder="none"
        value={format.timestampHeader ?? ''}
        onChange={(event) => setTime(event.currentTarget.value)}
        w={220}
      />
      <TextInput
        label="What is signed"
        ff="monospace"
        value={format.signed}
        onChange={(event) => set({ ...format, signed: event.currentTarget.value })}
        w={220}
      />
      {format.timestampHeader !== null && (
        <NumberInput
          label="How old it may be"
          suffix=" seconds"
          min={1}
          allowDecimal={false}
          value={format.toleranceSeconds}
          onChange={(seconds) => set({ ...format, toleranceSeconds: Number(seconds) })}
          w={160}
        />
      )}
    </>
  )
}

interface SecretSelectProps {
  label: string
  description?: string
  /** Empty: none is chosen. */
  name: string
  onChange: (name: string) => void
}

function SecretSelect({ label, description, name, onChange }: SecretSelectProps) {
  const { secrets } = useEditor()
  return (
    <Select
      label={label}
      description={description}
      data={[...new Set([...(secrets ?? []), name].filter(Boolean))]}
      searchable
      clearable={description !== undefined}
      limit={100}
      nothingFoundMessage="No such secret."
      value={name || null}
      onChange={(chosen) => onChange(chosen ?? '')}
      error={problemWith(name, secrets)}
      w={description === undefined ? 260 : undefined}
    />
  )
}

function problemWith(secret: string, secrets: readonly string[] | undefined): string | undefined {
  if (secret === '' || secrets === undefined || secrets.includes(secret)) return undefined
  return `There is no secret ${secret}: it was deleted, or is not added yet.`
}
