"""Intake: is this a well-formed statement from someone who may make it?"""
