import { Anchor, Button, type ButtonProps, NavLink } from '@mantine/core'
import { createLink } from '@tanstack/react-router'
import type { ComponentProps } from 'react'

/** Links inside the app: `to`, `params` and `search` are checked against the pages that exist. */
export const Link = createLink(Anchor<'a'>)
export const ButtonLink = createLink(ButtonAnchor)
export const MenuLink = createLink(NavLink<'a'>)

/** A link that looks like a button. It opens in a new tab as links do, and a screen reader says where it leads. */
function ButtonAnchor(props: ButtonProps & Omit<ComponentProps<'a'>, keyof ButtonProps>) {
  return <Button component="a" {...props} />
}
