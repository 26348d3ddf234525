import { TextInput } from '@mantine/core'
import { signUp } from '../api/accounts.ts'
import { AccountForm, EmailField } from './account-form.tsx'
import { NewPasswordField } from './new-password-field.tsx'

/** Makes an account. @param invitation its token lets a person sign up where sign-up is closed to others. */
export function SignUpForm({
  invitation,
  email,
  onDone,
}: {
  invitation?: string
  /** The address that the invitation is for. */
  email?: string | undefined
  onDone: () => void
}) {
  return (
    <AccountForm
      action="Create account"
      send={(read) =>
        signUp({
          name: read('name'),
          email: read('email'),
          password: read('password'),
          ...(invitation !== undefined && { invitation }),
        })
      }
      onDone={onDone}
    >
      <TextInput label="Name" name="name" autoComplete="name" required withAsterisk={false} maxLength={200} />
      <EmailField only={email} />
      <NewPasswordField />
    </AccountForm>
  )
}
