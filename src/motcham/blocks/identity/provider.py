"""The kind of provider that people sign in with; allauth looks for it in a module of this name."""

from motcham.blocks.identity.openid import Provider

provider_classes = [Provider]
