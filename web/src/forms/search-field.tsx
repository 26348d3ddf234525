import { TextInput, type TextInputProps } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'

/** A field that filters a list while a person types. @param label its accessible name. */
export function SearchField({
  label,
  text,
  onChange,
  ...others
}: {
  label: string
  text: string
  onChange: (text: string) => void
} & Pick<TextInputProps, 'size' | 'placeholder' | 'onKeyDown'> & { 'data-autofocus'?: boolean }) {
  return (
    <TextInput
      type="search"
      aria-label={label}
      placeholder="Search"
      autoComplete="off"
      spellCheck={false}
      leftSection={<IconSearch size={others.size === 'xs' ? 14 : 16} aria-hidden />}
      value={text}
      onChange={(event) => onChange(event.currentTarget.value)}
      {...others}
    />
  )
}
