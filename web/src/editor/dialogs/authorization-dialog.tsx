import { Button, Group, Radio, Select, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { Dialog } from '../../dialogs/dialog.tsx'
import { DialogForm } from '../../dialogs/dialog-form.tsx'
import {
  type Authorization,
  type AuthorizationWay,
  authorized,
  placeOfAuthorization,
  waysOf,
} from '../draft/authorization.ts'
import type { DraftStep } from '../draft/draft.ts'
import { useEditor } from '../state/editor-context.ts'

const WAY_LABELS: Readonly<Record<AuthorizationWay, string>> = {
  bearer: 'Bearer token',
  basic: 'User name and password (Basic)',
  header: 'API key in a header',
  query: 'API key in the URL',
  certificate: 'Client certificate',
}
const SECRET_LABELS: Readonly<Record<AuthorizationWay, string>> = {
  bearer: 'Secret with the token',
  basic: 'Secret with the password',
  header: 'Secret with the key',
  query: 'Secret with the key',
  certificate: 'Secret with certificate and key',
}
const USUAL_NAMES: Readonly<Partial<Record<AuthorizationWay, string>>> = {
  header: 'X-API-Key',
  query: 'api_key',
}

/** Asks how a service wants its credential, and writes the templates for it into the step. */
export function AuthorizationDialog({ step, onClose }: { step: DraftStep; onClose: () => void }) {
  const { types, change, addSecret, isAdmin } = useEditor()
  const ways = waysOf(types.get(step.type)?.fields ?? [])
  const [chosen, setChosen] = useState<Authorization>({
    way: ways[0] ?? 'bearer',
    secret: '',
    user: '',
    name: '',
  })
  const [asked, setAsked] = useState(false)
  const name = chosen.name.trim() || (USUAL_NAMES[chosen.way] ?? '')
  const set = (part: Partial<Authorization>) => setChosen({ ...chosen, ...part })
  const write = (authorization: Authorization) =>
    change({ kind: 'fields', step: step.id, fields: authorized(step.fields, authorization) })
  const isWhole = chosen.secret !== '' && (chosen.way !== 'basic' || chosen.user !== '')
  const submit = () => {
    setAsked(true)
    if (!isWhole) return
    write({ ...chosen, name })
    onClose()
  }
  const add = () => {
    onClose()
    addSecret(placeOfAuthorization({ ...chosen, name }), (secret) => write({ ...chosen, name, secret }))
  }
  return (
    <Dialog title="Authorization" onClose={onClose} keepsTyped>
      <DialogForm
        submission={IDLE}
        submit="Write into the step"
        noValidate
        onSubmit={submit}
        onClose={onClose}
      >
        <Radio.Group
          label="How the service asks for it"
          value={chosen.way}
          onChange={(way) => set({ way: way as AuthorizationWay })}
        >
          <Stack gap={6} mt={6}>
            {ways.map((way) => (
              <Radio key={way} size="sm" value={way} label={WAY_LABELS[way]} />
            ))}
          </Stack>
        </Radio.Group>
        {USUAL_NAMES[chosen.way] && (
          <TextInput
            label={chosen.way === 'header' ? 'Name of the header' : 'Name of the parameter'}
            placeholder={USUAL_NAMES[chosen.way]}
            value={chosen.name}
            onChange={(event) => set({ name: event.currentTarget.value })}
          />
        )}
        {chosen.way === 'basic' && (
          <SecretChoice
            label="Secret with the user name"
            value={chosen.user}
            asked={asked}
            onChange={(user) => set({ user })}
          />
        )}
        <SecretChoice
          label={SECRET_LABELS[chosen.way]}
          value={chosen.secret}
          asked={asked}
          onChange={(secret) => set({ secret })}
        />
        {isAdmin && (chosen.way !== 'basic' || chosen.user !== '') && (
          <Group>
            <Button variant="default" size="xs" onClick={add}>
              Add a new secret for it
            </Button>
          </Group>
        )}
      </DialogForm>
    </Dialog>
  )
}

const IDLE = { busy: false, problem: undefined }

function SecretChoice({
  label,
  value,
  asked,
  onChange,
}: {
  label: string
  value: string
  asked: boolean
  onChange: (name: string) => void
}) {
  const { secrets, isAdmin } = useEditor()
  if (secrets?.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {isAdmin ? `${label}: there is none yet.` : `${label}: there is none yet. Ask an admin to add it.`}
      </Text>
    )
  }
  return (
    <Select
      label={label}
      placeholder="Choose a secret"
      searchable
      limit={100}
      nothingFoundMessage="No secret has this in its name."
      data={[...(secrets ?? [])]}
      value={value === '' ? null : value}
      onChange={(name) => onChange(name ?? '')}
      error={asked && value === '' ? 'Choose a secret.' : undefined}
    />
  )
}
