import { direction, locale } from './model/format';
import { settings } from './settings';
import './ui/app';

document.documentElement.dir = direction();
// Text is English whatever the locale; numbers and dates follow the locale.
document.documentElement.dataset.locale = locale;
settings.apply();
addEventListener('beforeprint', () => settings.print(true));
addEventListener('afterprint', () => settings.print(false));
