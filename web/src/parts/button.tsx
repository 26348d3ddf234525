import type { ButtonHTMLAttributes, Ref } from 'react'
import { Icon, type IconName } from './icon.tsx'

type ButtonProps = Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'type' | 'className'> & {
  kind?: 'plain' | 'primary' | 'danger'
  submit?: boolean
  /** Shown as busy. It keeps the focus, which `disabled` would lose, so its handler must do nothing meanwhile. */
  busy?: boolean
  icon?: IconName
  ref?: Ref<HTMLButtonElement>
}

export function Button({ kind = 'plain', submit, busy, icon, children, ...rest }: ButtonProps) {
  return (
    <button {...rest} type={submit ? 'submit' : 'button'} className={`button ${kind}`} aria-disabled={busy}>
      {icon && <Icon name={icon} />}
      {children}
    </button>
  )
}

/** A button that shows an icon alone. */
export function IconButton({
  icon,
  label,
  ...rest
}: { icon: IconName; label: string } & Omit<ButtonProps, 'kind' | 'submit' | 'children'>) {
  return (
    <button {...rest} type="button" className="icon-button" aria-label={label} title={label}>
      <Icon name={icon} />
    </button>
  )
}
