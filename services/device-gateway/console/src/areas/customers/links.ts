/** What can be begun with a customer: each opens another area's panel by its name. */
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'

import { usePanel } from '@/app/panel'
import { useSession } from '@/app/session'

export function useLinks(id: () => string) {
  const { t } = useI18n()
  const panel = usePanel()
  const session = useSession()
  const open = (name: string) => () => void panel.open(name, id())

  return computed(() => [
    { id: 'arrive', may: 'visit.register', keys: 'Enter', run: open('arrival') },
    { id: 'book', may: 'appointment.book', keys: 'b', run: open('book') },
    { id: 'charge', may: 'charge.open', keys: 'c', run: open('new-charge') },
    { id: 'plan', may: 'plan.draft', keys: 'p', run: open('new-plan') },
  ].filter((one) => session.may(one.may)).map(({ id: name, keys, run }) => ({ id: name, label: t(`customers.link.${name}`), keys, run })))
}
