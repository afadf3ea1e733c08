/** Who is expected when, with whom: the calendar of a branch, slips, booking and moving them. */
import { Calendar } from '@element-plus/icons-vue'

import type { Area } from '@/app/area'

const appointments: Area = {
  name: 'appointments',
  icon: Calendar,
  shown: (may) => may('appointment.read'),
  start: (may) => (may('appointment.book') && !may('visit.register') && !may('visit.start') ? 30 : 2),
  routes: [{ path: '/appointments', name: 'appointments', component: () => import('./AppointmentsPage.vue') }],
  panels: {
    appointment: () => import('./SlipPanel.vue'),
    book: () => import('./BookPanel.vue'),
    'appointment-print': () => import('./SlipPrint.vue'),
  },
}

export default appointments
