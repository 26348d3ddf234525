import { PasswordInput } from '@mantine/core'

/** The field in which a person chooses a password. */
export function NewPasswordField({
  label = 'Password',
  name = 'password',
}: {
  label?: string
  name?: string
}) {
  return (
    <PasswordInput
      label={label}
      name={name}
      autoComplete="new-password"
      required
      withAsterisk={false}
      minLength={10}
      maxLength={128}
      description="At least 10 characters, and not one that is easy to guess."
    />
  )
}
