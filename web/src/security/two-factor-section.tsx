import { Button, Code, PasswordInput, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { callAccounts, post } from '../api/accounts.ts'
import { notify } from '../feedback/notify.ts'
import { CopyField } from '../forms/copy-field.tsx'
import { Form } from '../forms/form.tsx'
import { useSubmission } from '../forms/use-submission.ts'
import { Section } from '../layout/section.tsx'
import type { SectionProps } from './account.ts'
import { QrCode } from './qr-code.tsx'

const LEAD = 'After the password, an app on your phone is asked for a code.'

/** What an authenticator app needs, shown until a code of it is confirmed. */
interface Enrolment {
  totpURI: string
  backupCodes: string[]
}

export function TwoFactorSection({ account, reload }: SectionProps) {
  const [enrolment, setEnrolment] = useState<Enrolment>()
  if (enrolment) {
    const done = () => {
      setEnrolment(undefined)
      reload()
    }
    return <Confirm enrolment={enrolment} onDone={done} onCancel={() => setEnrolment(undefined)} />
  }
  return (
    <Section title="Authenticator app" lead={account.twoFactor ? 'It is turned on.' : LEAD}>
      {account.twoFactor ? (
        <AskPassword
          action="Turn off"
          work={async (password) => {
            const found = await post('two-factor/disable', { password })
            if (!found) reload()
            return found
          }}
        />
      ) : (
        <AskPassword
          action="Set up"
          work={async (password) => {
            const { data, problem } = await callAccounts<Enrolment>('two-factor/enable', { password })
            if (data) setEnrolment(data)
            return problem
          }}
        />
      )}
    </Section>
  )
}

function AskPassword({
  action,
  work,
}: {
  action: string
  work: (password: string) => ReturnType<typeof post>
}) {
  const { busy, problem, send } = useSubmission()
  const submit = (form: HTMLFormElement) => {
    const password = String(new FormData(form).get('password') ?? '')
    send(() => work(password))
  }
  return (
    <Form
      problem={problem}
      onSubmit={submit}
      actions={
        <Button type="submit" variant="default" loading={busy}>
          {action}
        </Button>
      }
    >
      <PasswordInput
        label="Your password"
        name="password"
        autoComplete="current-password"
        required
        withAsterisk={false}
      />
    </Form>
  )
}

function Confirm({
  enrolment: { totpURI, backupCodes },
  onDone,
  onCancel,
}: {
  enrolment: Enrolment
  onDone: () => void
  onCancel: () => void
}) {
  const { busy, problem, send } = useSubmission()
  const submit = (form: HTMLFormElement) => {
    const code = String(new FormData(form).get('code') ?? '').replaceAll(' ', '')
    send(async () => {
      const found = await post('two-factor/verify-totp', { code })
      if (found) return found
      notify('The authenticator app is turned on.')
      onDone()
      return undefined
    })
  }
  return (
    <Section
      title="Authenticator app"
      lead="Scan the picture, keep the recovery codes, and confirm with a code."
    >
      <QrCode text={totpURI} label="QR code for your authenticator app" />
      <CopyField
        label="Secret, if you cannot scan"
        text={new URL(totpURI).searchParams.get('secret') ?? ''}
      />
      <Text size="sm">
        Recovery codes: each signs you in once when the app is lost. They are shown only now. Keep them where
        the phone is not.
      </Text>
      <Code block>{backupCodes.join('\n')}</Code>
      <Form
        problem={problem}
        onSubmit={submit}
        actions={
          <Button.Group>
            <Button type="submit" loading={busy}>
              Turn on
            </Button>
            <Button variant="default" onClick={onCancel}>
              Cancel
            </Button>
          </Button.Group>
        }
      >
        <TextInput
          label="Code from the app"
          name="code"
          inputMode="numeric"
          autoComplete="one-time-code"
          required
          withAsterisk={false}
        />
      </Form>
    </Section>
  )
}
