/** The rotation of the day, shifts, the standing roster, and the ledger that proves a day. */
import { Switch } from '@element-plus/icons-vue'

import type { Area } from '@/app/area'

const rotation: Area = {
  name: 'rotation',
  icon: Switch,
  shown: (may) => may('roster.read', 'ledger.read', 'alert.read'),
  start: (may) => (may('alert.handle') ? 60 : 0),
  routes: [
    { path: '/rotation', name: 'rotation', component: () => import('./DayPage.vue') },
    { path: '/rotation/shifts', name: 'shifts', component: () => import('./ShiftsPage.vue') },
    { path: '/rotation/roster', name: 'roster', component: () => import('./RosterPage.vue') },
    { path: '/rotation/ledger', name: 'ledger', component: () => import('./LedgerPage.vue') },
  ],
  panels: { place: () => import('./PlacePanel.vue') },
}

export default rotation
