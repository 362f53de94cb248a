//! Parts that pages share: app bar, filter bar, popovers, banners, states.
